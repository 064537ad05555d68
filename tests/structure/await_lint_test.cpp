#include "tests/structure/await_lint.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "tests/structure/source_tree.hpp"

using namespace candela::structure;

namespace {

// Samples are spelled with `AWAIT`, so that the lint over the tree does not find them here.
std::vector<await_finding> lint(std::string sample) {
  for (auto at = sample.find("AWAIT"); at != std::string::npos; at = sample.find("AWAIT", at)) {
    sample.replace(at, 5,
                   "co_"
                   "await");
  }
  return lint_awaits(sample);
}

}  // namespace

TEST_CASE("a temporary in braces or by a conditional in an awaited expression is found") {
  constexpr std::array bad{
      "AWAIT query({1, 2});",
      "AWAIT query(options{.limit = 1});",
      "AWAIT query(std::vector<int>{1, 2});",
      "auto row = AWAIT query(a, point{});",
      "AWAIT wait(fast ? 1 : 2);",
      "auto x = fast ? AWAIT one() : AWAIT two();",
      "co_return fast ? AWAIT one() : 0;",
      "if (AWAIT query({1})) { done(); }",
      "while (x && (AWAIT next(y ? a : b))) {}",
      "combine(point{1, 2}, AWAIT one());",
      "result r{AWAIT one()};",
      "auto f = [&]() -> task<void> { AWAIT query({1}); };",
      "AWAIT run([&] { return x; }, {1});",
      "task<void> f() { if (a) { AWAIT g(); } AWAIT h({}); }",
      "#define GO(x) AWAIT go(x ? 1 : 2)\n",
      "for (auto& row : AWAIT rows({1})) use(row);",
  };
  for (const char* sample : bad) CHECK_MESSAGE(lint(sample).size() >= 1, sample);
}

TEST_CASE("an awaited expression of plain calls and named objects is let through") {
  constexpr std::array good{
      "AWAIT query(a, b);",
      "options o{.limit = 1}; AWAIT query(o);",
      "const int limit = fast ? 1 : 2; auto row = AWAIT query(limit);",
      "if (AWAIT query(a)) { point p{1, 2}; }",
      "if (x) { y = a ? b : c; } AWAIT query(a);",
      "for (int x : {1, 2}) AWAIT query(x);",
      "for (int i = 0; i != (a ? 1 : 2); ++i) AWAIT query(i);",
      "AWAIT run([&] { return a ? point{1, 2} : point{3, 4}; });",
      "AWAIT run([x]() -> point { return {1, 2}; });",
      "auto operator AWAIT() const { return awaiter{*this}; }",
      "// AWAIT query({1});\n/* AWAIT wait(a ? b : c) */ const char* s = \"AWAIT q({1})\";",
      "task<void> f(options o = {}) { AWAIT g(o); }",
      "auto f = [&]() -> task<void> { AWAIT g(); }; point p{1, 2};",
      "AWAIT query('?', '{', 1'000);",
      "auto f = [] { point p{1, 2}; }; AWAIT g(f);",
      "switch (AWAIT g()) { case 1: return {}; default: break; }",
      "task<int> f() { co_return AWAIT g(); } point p() { return {1, a ? b : c}; }",
  };
  for (const char* sample : good) CHECK_MESSAGE(lint(sample).empty(), sample);
}

TEST_CASE("a finding names the line of the co_await and what is wrong") {
  const auto findings = lint("void f();\n\ntask<void> g() {\n  AWAIT f(\n    {1});\n  AWAIT h(a ? b : c);\n}\n");
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].line == 4);
  CHECK(findings[0].what == "braces");
  CHECK(findings[1].line == 6);
  CHECK(findings[1].what == "a conditional");
}

TEST_CASE("code in a raw string is looked at like code") {
  const auto findings =
      lint("const char* code = R\"x(\ntask<void> f() {\n  AWAIT g({1});\n}\n)x\";\nint y = a ? b : c;\n");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].line == 3);
}

TEST_CASE("no co_await of the tree builds a temporary in braces or by a conditional") {
  std::size_t checked = 0;
  for (const source_file& file : source_tree()) {
    if (!file.is_cpp()) continue;
    ++checked;
    for (const await_finding& finding : lint_awaits(file.text)) {
      FAIL_CHECK(file.path << ":" << finding.line << ": " << finding.what
                           << " in an awaited expression; name the object first");
    }
  }
  CHECK(checked > 20);
}
