// Private to the room: a service's store and its list of what is revoked, from what says which ones they are.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/metrics.hpp>
#include <candela/store/revocation_feed.hpp>
#include <candela/store/source.hpp>
#include <memory>
#include <optional>

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

/// Where the list of what is revoked comes from, and where the file says so.
struct revocation_plan {
  store::revocation_settings settings;
  config::node section;
};

/// Reads the section `revocations`; nothing when there is none. Throws `config::error`.
[[nodiscard]] std::optional<revocation_plan> read_revocations(config::reader& root, const store_plan& store);

/// What keeps the list; null without a plan. Throws `config::error` for a file that cannot be used.
[[nodiscard]] std::unique_ptr<store::revocation_feed> make_revocations(const std::optional<revocation_plan>& plan,
                                                                       const store_plan& store,
                                                                       metrics::registry& metrics);

}  // namespace candela::detail
