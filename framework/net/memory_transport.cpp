#include <algorithm>
#include <candela/net/memory_transport.hpp>
#include <cstring>
#include <utility>

namespace candela::net {

class memory_peer::end_point final : public transport {
 public:
  explicit end_point(memory_peer& peer) : peer_(&peer), peer_address_(peer.address_) {}

  void start(transport_events& events) override {
    events_ = &events;
    reading_ = true;
    if (peer_ != nullptr) peer_->pump();
  }

  void tell(transport_events& events) noexcept override { events_ = &events; }

  io_result read(std::span<char> space) override {
    if (peer_ == nullptr || peer_->we_reset_) return {io_status::failed, 0};
    ++peer_->reads_;
    std::string& waiting = peer_->sent_;
    if (waiting.empty()) return {peer_->we_ended_ ? io_status::ended : io_status::would_block, 0};
    const std::size_t moved = std::min(space.size(), waiting.size());
    std::memcpy(space.data(), waiting.data(), moved);
    waiting.erase(0, moved);
    return {io_status::done, moved};
  }

  io_result write(std::span<const std::string_view> pieces) override {
    if (peer_ == nullptr || peer_->we_reset_) return {io_status::failed, 0};
    std::size_t moved = 0;
    for (std::string_view piece : pieces) {
      const std::size_t room = peer_->window_ - std::min(peer_->window_, peer_->received_.size());
      piece = piece.substr(0, room);
      peer_->received_.append(piece);
      moved += piece.size();
    }
    if (moved == 0) return {io_status::would_block, 0};
    ++peer_->writes_;
    return {io_status::done, moved};
  }

  void want_read(bool wanted) override { reading_ = wanted; }
  void want_write(bool wanted) override { writing_ = wanted; }
  void shut_write() override {
    if (peer_ != nullptr) peer_->ended_ = true;
  }
  void close(bool) noexcept override {
    if (peer_ != nullptr) {
      peer_->ended_ = true;
      peer_->end_ = nullptr;
    }
    delete this;
  }
  [[nodiscard]] const address& peer() const noexcept override { return peer_address_; }
  [[nodiscard]] const address& local() const noexcept override { return peer_address_; }

 private:
  friend class memory_peer;
  memory_peer* peer_;
  transport_events* events_ = nullptr;
  address peer_address_;
  bool reading_ = false;
  bool writing_ = false;
};

memory_peer::~memory_peer() {
  if (end_ == nullptr) return;
  end_->peer_ = nullptr;
  if (end_->events_ != nullptr) end_->events_->on_lost();
}

transport_ptr memory_peer::make() {
  end_ = new end_point(*this);
  return transport_ptr(end_);
}

// Each event may close the other end, so that `end_` is looked at anew every time.
void memory_peer::pump() {
  while (end_ != nullptr && end_->events_ != nullptr && end_->reading_ && !sent_.empty()) end_->events_->on_readable();
  if (end_ != nullptr && end_->events_ != nullptr && end_->reading_ && we_ended_) end_->events_->on_readable();
}

void memory_peer::send(std::string_view bytes) {
  sent_.append(bytes);
  pump();
}

void memory_peer::end() {
  we_ended_ = true;
  pump();
}

void memory_peer::reset() {
  we_reset_ = true;
  if (end_ == nullptr || end_->events_ == nullptr) return;
  if (end_->reading_) return end_->events_->on_readable();
  end_->writing_ ? end_->events_->on_writable() : end_->events_->on_lost();
}

std::string memory_peer::take() {
  std::string taken = std::exchange(received_, {});
  tell_writable();
  pump();
  return taken;
}

void memory_peer::set_window(std::size_t bytes) {
  window_ = bytes;
  tell_writable();
}

void memory_peer::tell_writable() {
  if (end_ == nullptr || end_->events_ == nullptr || !end_->writing_) return;
  if (received_.size() < window_) end_->events_->on_writable();
}

}  // namespace candela::net
