// Private to the room: a list of nodes that live elsewhere and know their neighbours.
#pragma once

namespace candela::db::sqlite {

/// Nodes have `next` and `previous`. A node may leave without knowing its list.
template <class Node>
class ring {
 public:
  ring() noexcept { head_.next = head_.previous = &head_; }
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  void push_back(Node& entry) noexcept {
    entry.next = &head_;
    entry.previous = head_.previous;
    entry.previous->next = &entry;
    head_.previous = &entry;
  }
  static void remove(Node& entry) noexcept {
    entry.previous->next = entry.next;
    entry.next->previous = entry.previous;
    entry.next = entry.previous = nullptr;
  }
  /// Null when it is empty.
  [[nodiscard]] Node* front() noexcept { return head_.next == &head_ ? nullptr : head_.next; }

  /// Moves the nodes for which `matches` holds to `target`, in their order.
  template <class Predicate>
  void move_if(ring& target, Predicate matches) noexcept {
    for (Node* at = head_.next; at != &head_;) {
      Node& entry = *at;
      at = at->next;
      if (!matches(entry)) continue;
      remove(entry);
      target.push_back(entry);
    }
  }
  template <class Function>
  void for_each(Function call) const {
    for (const Node* at = head_.next; at != &head_; at = at->next) call(*at);
  }

 private:
  Node head_;
};

}  // namespace candela::db::sqlite
