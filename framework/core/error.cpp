#include <candela/core/error.hpp>
#include <cerrno>
#include <system_error>

namespace candela {

std::string_view name_of(errc code) noexcept {
  switch (code) {
    case errc::cancelled: return "cancelled";
    case errc::timed_out: return "timed_out";
    case errc::closed: return "closed";
    case errc::reset: return "reset";
    case errc::refused: return "refused";
    case errc::unreachable: return "unreachable";
    case errc::address_in_use: return "address_in_use";
    case errc::not_found: return "not_found";
    case errc::already_exists: return "already_exists";
    case errc::permission: return "permission";
    case errc::invalid: return "invalid";
    case errc::too_large: return "too_large";
    case errc::busy: return "busy";
    case errc::unavailable: return "unavailable";
    case errc::unsupported: return "unsupported";
    case errc::out_of_resources: return "out_of_resources";
    case errc::io: return "io";
    case errc::internal: return "internal";
  }
  return "unknown";
}

namespace {

errc code_of(int number) noexcept {
  switch (number) {
    case ECANCELED: return errc::cancelled;
    case ETIMEDOUT: return errc::timed_out;
    case EPIPE:
    case ESHUTDOWN:
    case ENOTCONN: return errc::closed;
    case ECONNRESET:
    case ECONNABORTED: return errc::reset;
    case ECONNREFUSED: return errc::refused;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN: return errc::unreachable;
    case EADDRINUSE: return errc::address_in_use;
    case ENOENT:
    case ENOTDIR: return errc::not_found;
    case EEXIST: return errc::already_exists;
    case EACCES:
    case EPERM: return errc::permission;
    case EINVAL:
    case EADDRNOTAVAIL: return errc::invalid;
    case EFBIG:
    case ENAMETOOLONG:
    case EMSGSIZE: return errc::too_large;
    case EBUSY:
    case EAGAIN: return errc::busy;
    case ENOSYS:
    case ENOTSUP: return errc::unsupported;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS: return errc::out_of_resources;
    default: return errc::io;
  }
}

}  // namespace

std::string error::text() const {
  std::string out(name_of(code));
  if (!detail.empty()) out.append(": ").append(detail);
  return out;
}

error system_error(int number, std::string_view what) {
  if (number < 0) number = -number;
  std::string detail(what);
  detail.append(": ").append(std::generic_category().message(number));
  return {code_of(number), std::move(detail)};
}

}  // namespace candela
