// Private to the room: connections that stay open for requests to come.
#pragma once

#include <candela/keys/detail/fetch_stream.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace candela::keys::detail {

/// All to one place. Thread-safe.
class kept_streams {
 public:
  /// `most`: how many, at most; none with 0.
  explicit kept_streams(std::size_t most) noexcept : most_(most) {}

  /// The one that was used last, or null when none is left that may still be used.
  [[nodiscard]] std::unique_ptr<fetch_stream> take();
  /// Keeps one on which everything was read that was due, while there is room.
  void keep(std::unique_ptr<fetch_stream> used);

 private:
  struct kept {
    std::unique_ptr<fetch_stream> stream;
    fetch_stream::time since;
  };

  // What lies longer is not tried any more: whatever stands between may have forgotten it without a word.
  static constexpr std::chrono::seconds longest_rest{30};

  const std::size_t most_;
  std::mutex guard_;
  std::vector<kept> resting_;  // guarded; the last one has rested for the shortest time
};

}  // namespace candela::keys::detail
