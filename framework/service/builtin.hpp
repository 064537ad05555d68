// Every stage and handler that comes with candela.
#pragma once

#include <candela/server/extension.hpp>
#include <span>

namespace candela {

[[nodiscard]] std::span<const stage_factory* const> builtin_stages() noexcept;
[[nodiscard]] std::span<const handler_factory* const> builtin_handlers() noexcept;

}  // namespace candela
