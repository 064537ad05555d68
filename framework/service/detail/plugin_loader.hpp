// Private to the room: stages and handlers out of shared objects.
#pragma once

#include <candela/config/node.hpp>
#include <candela/server/extension.hpp>
#include <candela/service/detail/catalog.hpp>
#include <string>

namespace candela::detail {

/// Loads every plugin that the file's `plugins` names into `into`; they stay until the process ends. Throws
/// `config::error` when one cannot be loaded, is none, or was built with another candela than this one; then no factory
/// of it has run.
void load_plugins(const config::node& file, catalog& into);

/// Why a plugin with this descriptor (null: it exports none) cannot be used by a candela of the build `own`; empty when
/// it can.
[[nodiscard]] std::string reason_to_refuse(const plugin_descriptor* found, std::string_view own);

}  // namespace candela::detail
