#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <candela/core/detail/wake_signal.hpp>
#include <cerrno>
#include <system_error>

namespace candela::log::detail {

wake_signal::wake_signal() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

wake_signal::~wake_signal() { ::close(descriptor_); }

void wake_signal::signal() noexcept { static_cast<void>(::eventfd_write(descriptor_, 1)); }

void wake_signal::wait(std::chrono::milliseconds limit) noexcept {
  pollfd watched{descriptor_, POLLIN, 0};
  static_cast<void>(::poll(&watched, 1, limit.count() < 0 ? -1 : static_cast<int>(limit.count())));
  eventfd_t ignored = 0;
  static_cast<void>(::eventfd_read(descriptor_, &ignored));
}

}  // namespace candela::log::detail
