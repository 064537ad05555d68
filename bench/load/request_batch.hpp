// Request heads that stand ready rendered, so that sending a batch costs the client next to nothing.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/head_layout.hpp"

namespace candela::bench {

/// A store of consecutive request heads. With `head_kind::different` each head carries a number in its path and one in
/// its X-Request header; digits are counted up in place, heads have one length but lay their numbers out differently,
/// and none repeats within 100 million requests.
class request_batch {
 public:
  static constexpr std::size_t most_requests = 1000;

  /// Batches of up to `depth` requests, 1 to `most_requests`. Throws std::invalid_argument beyond.
  request_batch(const head_layout& layout, std::size_t depth);

  /// The bytes of the next `count` requests, `count` <= depth. Valid until the next call.
  std::string_view next(std::size_t count);

  /// Length of one head in bytes.
  std::size_t head_bytes() const { return head_bytes_; }

 private:
  struct counter {
    std::size_t offset = 0;
    std::size_t digits = 0;
  };
  struct slot {
    std::array<counter, 2> counters;
  };

  void add_slot(const head_layout& layout, std::size_t number);
  void count_up(const counter& which);

  std::string text_;
  std::vector<slot> slots_;  // empty when all heads are equal
  std::size_t head_bytes_ = 0;
  std::size_t cursor_ = 0;
};

}  // namespace candela::bench
