// Which store a service uses, and how far it may grow.
#pragma once

#include <candela/config/reader.hpp>
#include <chrono>
#include <cstddef>
#include <string>

namespace candela::store {

/// The section `store:` of service.yml.
///
///     store:
///       spent_entries: 262144       # embedded: identifiers that may be held until they expire, of the whole process
///       limit_entries: 262144       # embedded: callers whose rates are counted at once
///
///     store:
///       redis: redis://127.0.0.1:6379/0      # or unix:/run/redis/redis.sock?db=0; instead of the embedded one
///       user: service               # ACL user; needs a password
///       password: ${REDIS_PASSWORD:}
///       password_file: redis.password        # instead of `password`
///       prefix: "candela:"          # of every key
///       timeout: 20ms               # of a question, from its asking to its answer; see below
///       connect_timeout: 1s
///       reconnect_delay: 50ms       # after the first failure; doubled up to the longest, half of it by chance
///       reconnect_delay_max: 2s
///       queue_limit: 16384          # questions of a worker that may wait for answers
///
/// Redis answers in a fraction of a millisecond. A question without an answer in time is unanswered, and who spends a
/// token or counts by it is refused, unless a stage says otherwise: the timeout bounds how long a server that is slow
/// holds up requests. Raise it where a healthy one holds still for longer (a fork that saves, a share of the processor
/// that comes late). A server that is gone is not waited for.
struct settings {
  // --- embedded
  std::size_t spent_entries = 262'144;
  std::size_t limit_entries = 262'144;

  // --- Redis
  std::string redis;  ///< its URL; empty: the embedded store
  std::string user;
  std::string password;
  std::string prefix = "candela:";
  std::chrono::milliseconds timeout{20};
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds reconnect_delay{50};
  std::chrono::milliseconds reconnect_delay_max{2'000};
  std::size_t queue_limit = 16'384;

  /// Reads the section; a missing one is the embedded store. Throws `config::error` for what is wrong.
  [[nodiscard]] static settings read(config::reader section);

  friend bool operator==(const settings&, const settings&) = default;
};

}  // namespace candela::store
