// The tasks of a check. The threads come from outside, so that each can have the stack that Luau needs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

class Pool
{
public:
    void add(std::vector<std::function<void()>> more)
    {
        {
            std::lock_guard lock(mutex);
            for (auto& task : more)
                tasks.push_back(std::move(task));
        }
        wake.notify_all();
    }

    // Runs tasks until `close`.
    void work()
    {
        for (;;)
        {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [&] { return isClosed || !tasks.empty(); });
                if (tasks.empty())
                    return;
                task = std::move(tasks.front());
                tasks.pop_front();
            }
            task();
        }
    }

    void close()
    {
        {
            std::lock_guard lock(mutex);
            isClosed = true;
        }
        wake.notify_all();
    }

private:
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> tasks;
    bool isClosed = false;
};
