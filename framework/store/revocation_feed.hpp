// Keeps every worker's view of what was revoked up to date.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/metrics.hpp>
#include <candela/net/worker.hpp>
#include <candela/store/revocations.hpp>
#include <candela/store/settings.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace candela::store {

/// The section `revocations:` of service.yml. One of file and redis_set is needed; with both, what either has is
/// revoked.
///
///     revocations:
///       file: revoked.txt              # lines as jti:VALUE, sub:VALUE, kid:VALUE, iss:VALUE, txn:VALUE; # comments
///       redis_set: candela:revoked     # a set with such members on the server of `store.redis`
///       every: 500ms                   # how often both are looked at
///       max_age: 30s                   # a list that nobody has confirmed for longer is too old
///       when_too_old: deny             # or allow: what it does not have passes
///       max_entries: 1000000
struct revocation_settings {
  std::filesystem::path file;
  std::string redis_set;
  std::chrono::milliseconds every{500};
  std::chrono::milliseconds max_age{30'000};
  bool trusts_old = false;
  std::size_t max_entries = 1'000'000;

  /// Throws `config::error`, also for a set without a Redis.
  [[nodiscard]] static revocation_settings read(config::reader section, const settings& store);

  friend bool operator==(const revocation_settings&, const revocation_settings&) = default;
};

/// Looks at file and set on a thread of its own, so that nobody waits for either, and posts what it finds to the
/// workers. What cannot be read, or is wrong anywhere, changes nothing: the last good part stays, that is logged and
/// counted, and the list grows old. A file that has become shorter counts when it has stayed so from one look to the
/// next, so that one that is written anew in place revokes no less meanwhile.
class revocation_feed {
 public:
  /// Reads the file at once. Throws `std::invalid_argument`, with a sentence for the person who configured it, when
  /// that cannot be done. A Redis that does not answer yet leaves the list too old.
  revocation_feed(const revocation_settings& chosen, const settings& store, metrics::registry* metrics = nullptr);
  revocation_feed(const revocation_feed&) = delete;
  revocation_feed& operator=(const revocation_feed&) = delete;
  /// Ends the thread. The workers' loops may have ended before.
  ~revocation_feed();

  /// That worker's view, which has the list already; lives as long as the feed. Before `start`, or before the worker
  /// runs.
  [[nodiscard]] revocations& view(net::worker& worker);
  /// Begins to look.
  void start();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::store
