#include <candela/store/detail/question_list.hpp>

#include <utility>

namespace candela::store {

question& question_list::add(redis_access& home, operation& asker, take_operation* take, clock::steady_time now) {
  question* made = free_;
  if (made == nullptr) {
    made = &memory_.emplace_back();
  } else {
    free_ = made->next;
  }
  *made = {&home, &asker, take, now, false, true, last_, nullptr};
  (last_ == nullptr ? first_ : last_->next) = made;
  last_ = made;
  ++size_;
  return *made;
}

void question_list::unlink(question& listed) noexcept {
  (listed.previous == nullptr ? first_ : listed.previous->next) = listed.next;
  (listed.next == nullptr ? last_ : listed.next->previous) = listed.previous;
  listed.has_deadline = false;
}

operation* question_list::time_out(question& late) noexcept {
  unlink(late);
  return std::exchange(late.asker, nullptr);
}

void question_list::remove(question& answered) noexcept {
  if (answered.has_deadline) unlink(answered);
  answered.next = std::exchange(free_, &answered);
  answered.asker = nullptr;
  --size_;
}

void question_list::forget(const operation& asker) noexcept {
  for (question* each = last_; each != nullptr; each = each->previous) {
    if (each->asker == &asker) {
      each->asker = nullptr;
      return;
    }
  }
}

}  // namespace candela::store
