// Keys from a file or a URL, kept fresh for all workers of the process.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/core/metrics.hpp>
#include <candela/keys/key_snapshot.hpp>
#include <candela/keys/key_source_options.hpp>
#include <candela/net/lanes.hpp>
#include <candela/net/loop.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace candela::keys {

/// What a look has brought, told to every watch.
struct key_news {
  key_snapshot_ptr snapshot;          ///< null: there were never any keys
  clock::steady_time confirmed = {};  ///< when the source last said so
  clock::steady_time next_look = {};
  std::uint64_t change = 0;  ///< grows with every change of the rest
};

/// One per process and location, however many workers and stages use it: a look is one request, at most one is under
/// way, and it never holds up a loop. New content makes a new snapshot; what cannot be had or read leaves the last good
/// one in place, is logged when it begins and counted each time. Thread-safe; workers use it through a `key_watch`.
///
///     key_source_looks_total{source, result}     result: changed, unchanged or failed
///     key_source_keys{source}
class key_source : public std::enable_shared_from_this<key_source> {
 public:
  /// The one of these options. A file is read at once: `std::runtime_error` says what is wrong with it. A URL is asked
  /// at the first look.
  [[nodiscard]] static std::shared_ptr<key_source> shared(const key_source_options& wanted, net::lanes& lanes,
                                                          metrics::registry& metrics);
  /// For `shared`.
  key_source(key_source_options wanted, net::lanes& lanes);
  key_source(const key_source&) = delete;
  key_source& operator=(const key_source&) = delete;
  ~key_source();

  [[nodiscard]] const key_source_options& options() const noexcept;
  /// What it has now.
  [[nodiscard]] key_news news() const;

  /// Who is told of every look that ends, on the thread of a lane, for as long as it exists.
  using told = std::function<void(const key_news&)>;
  void subscribe(const std::weak_ptr<told>& who);

  /// Looks, if it is time to and nobody looks already. Said by timers.
  void look_if_due(clock::steady_time now, net::loop& home);
  /// Looks because an id is unknown. False when that must wait: the last such look brought nothing new and is less than
  /// a cooldown ago. True: one is under way, and news follow.
  [[nodiscard]] bool look_for_more(clock::steady_time now, net::loop& home);

 private:
  struct state;
  void start(clock::steady_time now, net::loop& home);
  void look(clock::steady_time begun);
  void end_look(clock::steady_time begun);
  void export_metrics(metrics::registry& metrics);

  std::unique_ptr<state> state_;
};

}  // namespace candela::keys
