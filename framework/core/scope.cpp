#include <candela/core/frame_pool.hpp>
#include <candela/core/scope.hpp>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace candela {

struct scope::spawned {
  scope& owner;
  task<void> body;
  spawned* next = nullptr;
  spawned* previous = nullptr;

  static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
  static void operator delete(void* entry, std::size_t bytes) noexcept { frame_pool::release(entry, bytes); }
};

scope::~scope() {
  if (empty()) return;
#if defined(CANDELA_POISON)
  std::fprintf(stderr, "candela: a scope was destroyed with %zu tasks; cancel and join it first\n", active_);
  std::terminate();
#else
  while (first_ != nullptr) delete std::exchange(first_, first_->next);
  if (parent_ != nullptr) parent_->leave();
#endif
}

void scope::spawn(task<void> body) {
  auto* entry = new spawned{*this, std::move(body), first_, nullptr};
  if (first_ != nullptr) first_->previous = entry;
  first_ = entry;
  enter();
  const auto finished = [](void* ended) noexcept { end(*static_cast<spawned*>(ended)); };
  if (entry->body.start(finished, entry)) end(*entry);
}

void scope::end(spawned& ended) noexcept {
  scope& owner = ended.owner;
  (ended.previous != nullptr ? ended.previous->next : owner.first_) = ended.next;
  if (ended.next != nullptr) ended.next->previous = ended.previous;
  std::exception_ptr thrown;
  try {
    ended.body.result();
  } catch (...) {
    thrown = std::current_exception();
  }
  delete &ended;
  if (thrown) owner.keep(std::move(thrown));
  owner.leave();
}

void scope::keep(std::exception_ptr thrown) noexcept {
  if (on_error_) {
    on_error_(std::move(thrown));
  } else if (!first_error_) {
    first_error_ = std::move(thrown);
  }
}

void scope::enter() noexcept {
  if (active_++ == 0 && parent_ != nullptr) parent_->enter();
}

// The joiner may destroy this scope; the parent stays, for it still counts this one.
void scope::leave() noexcept {
  if (--active_ != 0) return;
  scope* parent = parent_;
  if (joined_ != nullptr) std::exchange(joined_, nullptr)(joined_argument_);
  if (parent != nullptr) parent->leave();
}

bool scope::join(task_finished finished, void* argument) {
  if (empty()) return true;
  if (joined_ != nullptr) throw std::logic_error("a scope is joined twice at a time");
  joined_ = finished;
  joined_argument_ = argument;
  return false;
}

void scope::joiner::await_suspend(std::coroutine_handle<> waiting) {
  const auto resume = [](void* frame) noexcept { std::coroutine_handle<>::from_address(frame).resume(); };
  static_cast<void>(joined_.join(resume, waiting.address()));
}

void scope::rethrow_error() {
  if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
}

}  // namespace candela
