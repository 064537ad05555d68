// Private to the room: connections that stay open for requests to come.
#pragma once

#include <candela/keys/detail/fetch_stream.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace candela::keys::detail {

/// How long connections are kept.
struct keeping_times {
  /// Without a use: whatever stands between may have forgotten the connection without a word.
  std::chrono::milliseconds rest = std::chrono::seconds(30);
  /// Since it was opened: an address or a certificate that has changed is noticed in the end.
  std::chrono::milliseconds life = std::chrono::minutes(5);
};

/// All to one place. Thread-safe.
class kept_streams {
 public:
  /// `most`: how many, at most; none with 0.
  explicit kept_streams(std::size_t most, keeping_times longest = {}) noexcept : most_(most), longest_(longest) {}

  /// The one that was used last, or null when none is left that may still be used.
  [[nodiscard]] std::unique_ptr<fetch_stream> take();
  /// Keeps one on which everything was read that was due, while there is room.
  void keep(std::unique_ptr<fetch_stream> used);

 private:
  struct kept {
    std::unique_ptr<fetch_stream> stream;
    fetch_stream::time since;
  };

  const std::size_t most_;
  const keeping_times longest_;
  std::mutex guard_;
  std::vector<kept> resting_;  // guarded; the last one has rested for the shortest time
};

}  // namespace candela::keys::detail
