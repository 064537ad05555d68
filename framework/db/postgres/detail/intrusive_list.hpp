// A list of nodes that live in the frames of those who wait.
#pragma once

namespace candela::db::postgres {

/// First in, first out; any node can be taken out. The nodes have `next` and `previous`.
template <class Node>
class intrusive_list {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] Node* first() const noexcept { return first_; }

  void push(Node& added) noexcept {
    added.next = nullptr;
    added.previous = last_;
    (last_ == nullptr ? first_ : last_->next) = &added;
    last_ = &added;
  }
  void remove(Node& left) noexcept {
    (left.previous == nullptr ? first_ : left.previous->next) = left.next;
    (left.next == nullptr ? last_ : left.next->previous) = left.previous;
  }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
};

}  // namespace candela::db::postgres
