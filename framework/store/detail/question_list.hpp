// Private to the room: questions to a server that were not answered, and their deadlines.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/store/store.hpp>
#include <cstddef>
#include <deque>

namespace candela::store {

class redis_access;

/// One question on its way. It outlives whoever asked: the server's answer comes to it in any case.
struct question {
  redis_access* home = nullptr;
  operation* asker = nullptr;      ///< null when nobody waits any more
  take_operation* take = nullptr;  ///< the asker, if it takes limits
  clock::steady_time asked_at{};
  bool in_full = false;  ///< the script itself was sent
  bool has_deadline = true;
  question* previous = nullptr;
  question* next = nullptr;
};

/// All of them; those with a deadline in the order of asking. Their memory is used again.
class question_list {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// With a deadline; null when there is none.
  [[nodiscard]] question* oldest() noexcept { return first_; }

  /// A new one, the youngest. Throws `std::bad_alloc`.
  question& add(redis_access& home, operation& asker, take_operation* take, clock::steady_time now);
  /// Its deadline has passed; who asked is given back, and waits no more.
  [[nodiscard]] operation* time_out(question& late) noexcept;
  /// Its answer has come, or never will.
  void remove(question& answered) noexcept;
  /// Whoever asked waits no more.
  void forget(const operation& asker) noexcept;

 private:
  void unlink(question& listed) noexcept;

  std::deque<question> memory_;
  question* free_ = nullptr;
  question* first_ = nullptr;
  question* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace candela::store
