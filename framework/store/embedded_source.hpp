// The store within the process.
#pragma once

#include <candela/store/source.hpp>
#include <memory>

namespace candela::store {

/// Immediate. Lost when the process ends: whoever runs several instances, or must not forget across a restart, takes
/// Redis.
[[nodiscard]] std::unique_ptr<source> make_embedded_source(const settings& chosen,
                                                           metrics::registry* metrics = nullptr);

}  // namespace candela::store
