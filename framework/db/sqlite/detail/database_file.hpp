// Private to the room: what every connection to one SQLite database shares.
#pragma once

#include <atomic>
#include <candela/db/sqlite/detail/shapes.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace candela::db::sqlite {

/// Outlives all connections. Any thread.
struct database_file {
  database_file(std::string where, std::chrono::milliseconds patience)
      : path(std::move(where)), busy_timeout(patience) {}

  const std::string path;
  const std::chrono::milliseconds busy_timeout;  ///< for the locks of other processes

  shape_table shapes;
  std::atomic<bool> stopping = false;  ///< what runs is interrupted
  std::atomic<std::size_t> connections = 0;

  [[nodiscard]] bool in_memory() const noexcept { return path == ":memory:"; }
};

}  // namespace candela::db::sqlite
