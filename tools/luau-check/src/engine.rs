//! Luau's analysis, behind the C functions of shim/engine.cpp.
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::thread;

use luau_analyze as _; // links Luau's static libraries

use crate::options::Solver;
use crate::report::Finding;
use crate::tree::Node;

const STACK: usize = 256 << 20; // bytes, for each thread that checks

#[repr(C)]
struct RawFinding {
    path: *const c_char,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    is_warning: c_int,
    code: *const c_char,
    message: *const c_char,
    names: *const c_char,
}

type Emit = extern "C" fn(*mut c_void, *const RawFinding);

#[rustfmt::skip]
unsafe extern "C" {
    fn luau_check_new(is_new_solver: c_int) -> *mut c_void;
    fn luau_check_define(checker: *mut c_void, package: *const c_char, text: *const c_char, length: usize,
        emit: Emit, context: *mut c_void);
    fn luau_check_node(checker: *mut c_void, parent: c_int, name: *const c_char, class: *const c_char,
        path: *const c_char, source: *const c_char, length: usize);
    fn luau_check_work(checker: *mut c_void);
    fn luau_check_run(checker: *mut c_void, emit: Emit, context: *mut c_void);
}

extern "C" fn collect(context: *mut c_void, raw: *const RawFinding) {
    // SAFETY: the shim calls this during a call of ours, with the Vec that we gave and texts that end with 0.
    let (list, raw) = unsafe { (&mut *(context as *mut Vec<Finding>), &*raw) };
    let text = |pointer| unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned();
    list.push(Finding {
        path: text(raw.path),
        line: raw.line,
        column: raw.column,
        end_line: raw.end_line,
        end_column: raw.end_column,
        is_warning: raw.is_warning != 0,
        code: text(raw.code),
        message: text(raw.message).split_whitespace().collect::<Vec<_>>().join(" "),
        names: text(raw.names).lines().map(str::to_string).collect(),
    });
}

/// A checker. It is never freed: the process ends right after its one run.
pub struct Engine {
    checker: *mut c_void,
    solver: Solver,
}

#[derive(Clone, Copy)]
struct Shared(*mut c_void);
// SAFETY: `luau_check_work` may be called from any thread while `luau_check_run` runs.
unsafe impl Send for Shared {}

impl Shared {
    fn work(self) {
        unsafe { luau_check_work(self.0) }
    }
}

impl Engine {
    pub fn new(solver: Solver) -> Engine {
        let checker = unsafe { luau_check_new(c_int::from(solver == Solver::New)) };
        Engine { checker, solver }
    }

    /// Loads declarations; what is wrong with them is found under the path `package`.
    pub fn define(&self, package: &str, text: &str) -> Vec<Finding> {
        // The old solver knows no read-only properties.
        let text = match self.solver {
            Solver::New => text.to_string(),
            Solver::Old => text.replace("\tread ", "\t").replace(" read ", " "),
        };
        let mut found: Vec<Finding> = Vec::new();
        let package = c_string(package);
        unsafe {
            let context = &mut found as *mut _ as *mut c_void;
            luau_check_define(self.checker, package.as_ptr(), text.as_ptr().cast(), text.len(), collect, context);
        }
        found
    }

    /// Checks every script of the tree on `jobs` threads.
    pub fn check(&self, nodes: &[Node], jobs: usize) -> Vec<Finding> {
        for node in nodes {
            let (name, class) = (c_string(&node.name), c_string(&node.class));
            let path = c_string(node.path.as_deref().unwrap_or(""));
            let source = node.source.as_deref().unwrap_or(&[]);
            unsafe {
                let (text, length) = (source.as_ptr().cast(), source.len());
                luau_check_node(self.checker, node.parent, name.as_ptr(), class.as_ptr(), path.as_ptr(), text, length);
            }
        }
        let mut found: Vec<Finding> = Vec::new();
        let shared = Shared(self.checker);
        thread::scope(|scope| {
            for _ in 0..jobs {
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || shared.work()).expect("a thread");
            }
            unsafe { luau_check_run(self.checker, collect, &mut found as *mut _ as *mut c_void) };
        });
        found
    }
}

fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "")).expect("a text without 0")
}
