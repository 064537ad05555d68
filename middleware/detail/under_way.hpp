// How many of something wait at once. Private.
#pragma once

namespace candela::middleware::detail {

/// Counts one more for as long as it lives, however it ends.
class under_way {
 public:
  explicit under_way(unsigned& count) noexcept : count_(count) { ++count_; }
  under_way(const under_way&) = delete;
  under_way& operator=(const under_way&) = delete;
  ~under_way() { --count_; }

 private:
  unsigned& count_;
};

}  // namespace candela::middleware::detail
