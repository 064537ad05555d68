// Finds the co_await expressions that GCC 12 miscompiles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candela::structure {

/// A co_await whose full expression builds a temporary in braces or by a conditional.
struct await_finding {
  std::size_t line;  ///< of the co_await, from 1
  std::string what;  ///< "braces" or "a conditional"
};

/// The findings in a C++ text and in the raw strings that stand in it (code that is generated from them).
///
/// Looks at the whole full expression around each co_await; bodies of lambdas are expressions of their own. A braced
/// initialisation around a co_await counts as well.
std::vector<await_finding> lint_awaits(std::string_view text);

}  // namespace candela::structure
