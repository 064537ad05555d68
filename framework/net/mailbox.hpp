// The way into an event loop from other threads.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace candela::net {

/// What other threads post to a loop, which owns it with whoever posts: a thread whose work ends late may find the loop
/// gone. Thread-safe.
class mailbox {
 public:
  using work = std::move_only_function<void()>;

  mailbox() = default;
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  /// Runs `piece` on the loop's thread in a later turn, in the order of posting. After the loop's end it is destroyed
  /// unrun, by the caller.
  void post(work piece);

 private:
  friend class loop;
  std::vector<work> take();
  std::vector<work> end();

  std::mutex mutex_;
  std::vector<work> posted_;    // guarded by mutex_
  std::function<void()> wake_;  // guarded by mutex_; empty once the loop has ended
};

}  // namespace candela::net
