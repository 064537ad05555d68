// Private to the room: a service's store, from what says which one it is.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/metrics.hpp>
#include <candela/store/source.hpp>
#include <memory>

namespace candela::detail {

/// Which store, and where the file says so (null: nowhere).
struct store_plan {
  store::settings settings;
  config::node section;
};

/// Reads the section `store`; a missing one is the embedded store. Throws `config::error`.
[[nodiscard]] store_plan read_store(config::reader& root);

/// The process-wide part. Throws `config::error` for what cannot be used.
[[nodiscard]] std::unique_ptr<store::source> make_store(const store_plan& plan, metrics::registry& metrics);

}  // namespace candela::detail
