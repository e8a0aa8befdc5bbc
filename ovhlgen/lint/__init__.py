"""StyLua, selene and the type checker over workers and generated code."""
