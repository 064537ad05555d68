// Private to the room: what every connection to one SQLite database shares.
#pragma once

#include <atomic>
#include <candela/db/sqlite/detail/shapes.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
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
  /// Open ones. Of its own, since it is looked at for as long as there are metrics.
  const std::shared_ptr<std::atomic<std::size_t>> connections = std::make_shared<std::atomic<std::size_t>>(0);

  [[nodiscard]] bool in_memory() const noexcept { return path == ":memory:"; }
};

}  // namespace candela::db::sqlite
