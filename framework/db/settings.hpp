// How a database is reached and what it is trusted with.
#pragma once

#include <candela/config/reader.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::db {

/// Who speaks to PostgreSQL once a connection is open.
enum class wire_protocol : std::uint8_t {
  native,  ///< our own bytes, one write a turn
  libpq,   ///< libpq's pipeline mode
};

/// Which statements may share a Sync (PostgreSQL, native protocol).
enum class sharing : std::uint8_t {
  none,  ///< each query stands alone
  /// Consecutive statements declared read-only, at most 1,024; they gather while two batches are under way. When one
  /// fails, the others are sent again one by one.
  reads,
};

/// The section `db:` of service.yml.
struct settings {
  /// `sqlite:PATH`, `postgres://...`, `postgresql://...`, or libpq's `host=... dbname=...`.
  std::string url;

  // --- PostgreSQL
  wire_protocol protocol = wire_protocol::native;
  sharing batch = sharing::none;
  unsigned connections = 1;   ///< shared ones of a worker
  unsigned sessions = 4;      ///< at most, of a worker, for transactions and streams
  bool prefer_socket = true;  ///< a server on this machine is tried over its Unix socket first
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds reconnect_delay{100};  ///< after the first failure; doubled up to the longest, +-50 %
  std::chrono::milliseconds reconnect_delay_max{1'000};
  std::chrono::milliseconds session_idle{60'000};    ///< then an unused session is closed
  std::size_t max_message_bytes = 64 * 1024 * 1024;  ///< a longer one from the server ends its connection

  // --- SQLite
  unsigned readers = 4;  ///< threads, and connections, of the whole process

  // --- both
  std::chrono::milliseconds query_timeout{5'000};  ///< of a query, waiting included; also bounds the server's work
  std::size_t queue_limit = 65'536;                ///< queries of a worker under way or waiting; more are shed
  std::size_t queue_bytes = 64 * 1024 * 1024;      ///< what those of them that were not sent hold; more are shed
  std::chrono::seconds retry_after{1};             ///< what those that were shed are told
  std::uint32_t stream_rows = 256;                 ///< rows of a stream that are held at once

  /// Reads the section, and leaves `migrations` and other keys of the service to the caller. `url` stands in for the
  /// key when it is missing; without either, and for what is wrong, throws `config::error`.
  [[nodiscard]] static settings read(config::reader& section, std::string_view url = {});

  friend bool operator==(const settings&, const settings&) = default;
};

}  // namespace candela::db
