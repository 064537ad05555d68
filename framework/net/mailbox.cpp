#include <candela/net/mailbox.hpp>
#include <utility>

namespace candela::net {

void mailbox::post(work piece) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return;
  posted_.push_back(std::move(piece));
  // Under the lock: the loop cannot end between the push and the wake.
  wake_();
}

std::vector<mailbox::work> mailbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(posted_, {});
}

std::vector<mailbox::work> mailbox::end() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  return std::exchange(posted_, {});
}

}  // namespace candela::net
