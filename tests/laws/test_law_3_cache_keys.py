"""Law 3: a cached function is keyed by text alone (the step's key), never by a data frame."""

from __future__ import annotations

import ast

from source import Source, app, dotted

CACHES = ("st.cache_data", "st.cache_resource", "cache_data", "cache_resource")


def cached(file: Source) -> list[ast.FunctionDef]:
    return [
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef)
        and any(dotted(mark.func if isinstance(mark, ast.Call) else mark) in CACHES for mark in node.decorator_list)
    ]


def test_results_are_cached_somewhere():
    assert any(cached(file) for file in app())


def test_cached_functions_are_keyed_by_text_alone():
    found = []
    for file in app():
        for function in cached(file):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            found += [
                f"{file.path}:{function.lineno} {function.name}({argument.arg})"
                for argument in arguments
                if not argument.arg.startswith("_")
                and (argument.annotation is None or ast.unparse(argument.annotation) != "str")
            ]
            if function.args.vararg or function.args.kwarg:
                found.append(f"{file.path}:{function.lineno} {function.name}(*…)")
    assert not found


def test_nothing_is_cached_without_a_decorator_or_with_hash_functions():
    """`st.cache_data(f)(frame)` and `hash_funcs=` would go round the test above."""
    found = []
    for file in app():
        marks = {
            id(mark)
            for node in ast.walk(file.tree)
            if isinstance(node, ast.FunctionDef)
            for mark in node.decorator_list
        }
        for call in file.calls():
            if dotted(call.func) in CACHES:
                if id(call) not in marks:
                    found.append(f"{file.path}:{call.lineno} used without a decorator")
                if any(word.arg == "hash_funcs" for word in call.keywords):
                    found.append(f"{file.path}:{call.lineno} hash_funcs")
    assert not found
