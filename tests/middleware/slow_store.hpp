// A store that answers when the test says so.
#pragma once

#include <algorithm>
#include <candela/store/store.hpp>
#include <deque>

namespace candela::testing {

/// Questions wait in the order in which they were asked.
class slow_store final : public store::worker_store {
 public:
  [[nodiscard]] std::size_t waiting() const { return asked_.size(); }

  /// Answers the one that waits longest.
  void answer(store::answer given, store::limit_state left = {}) {
    store::operation& first = *asked_.front().question;
    if (store::take_operation* take = asked_.front().take) std::ranges::fill(take->states, left);
    asked_.pop_front();
    first.result = given;
    first.on_done(first);
  }

  [[nodiscard]] bool immediate() const noexcept override { return false; }
  [[nodiscard]] store::answer spend_now(std::string_view, clock::wall_time) override {
    return std::unexpected(store::errc::unavailable);
  }
  [[nodiscard]] store::answer take_now(std::span<const store::limit_use>,
                                       std::span<store::limit_state>) noexcept override {
    return std::unexpected(store::errc::unavailable);
  }
  [[nodiscard]] bool submit(store::spend_operation& asked) override {
    asked_.push_back({&asked, nullptr});
    return true;
  }
  [[nodiscard]] bool submit(store::take_operation& asked) override {
    asked_.push_back({&asked, &asked});
    return true;
  }
  void detach(store::operation& asked) noexcept override {
    std::erase_if(asked_, [&](const entry& each) { return each.question == &asked; });
  }

 private:
  struct entry {
    store::operation* question;
    store::take_operation* take;
  };
  std::deque<entry> asked_;
};

}  // namespace candela::testing
