#include <candela/keys/detail/kept_streams.hpp>
#include <utility>

namespace candela::keys::detail {

// The other end may have closed it, or said something that nobody has asked for: an answer to another question, maybe.
std::unique_ptr<fetch_stream> kept_streams::take() {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard inside(guard_);
  while (!resting_.empty()) {
    kept last = std::move(resting_.back());
    resting_.pop_back();
    const bool is_old = now - last.since > longest_.rest || now - last.stream->opened() > longest_.life;
    if (!is_old && last.stream->is_quiet()) return std::move(last.stream);
  }
  return nullptr;
}

void kept_streams::keep(std::unique_ptr<fetch_stream> used) {
  const auto now = std::chrono::steady_clock::now();
  if (now - used->opened() > longest_.life) return;
  const std::lock_guard inside(guard_);
  if (resting_.size() < most_) resting_.push_back({std::move(used), now});
}

}  // namespace candela::keys::detail
