#include "handlers/detail/folder.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace candela::handlers::detail {

namespace {

// Not blocking: opening a pipe must not wait for its writer.
constexpr int file_flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

int open_root(const std::filesystem::path& root) {
  const int descriptor = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), root.string());
  return descriptor;
}

int open_beneath(int root, const char* path) noexcept {
  open_how how{};
  how.flags = file_flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0;; ++attempt) {
    const auto opened = static_cast<int>(syscall(SYS_openat2, root, path, &how, sizeof how));
    // EAGAIN: something on the way was renamed meanwhile, and the kernel could not tell where it was.
    if (opened >= 0 || (errno != EAGAIN && errno != EINTR) || attempt == 16) return opened;
  }
}

// Old kernels lack the call, and some sandboxes forbid it.
folder::resolution resolution_of(int root) noexcept {
  const int opened = open_beneath(root, ".");
  if (opened < 0)
    return errno == ENOSYS || errno == EPERM ? folder::resolution::by_walking : folder::resolution::by_kernel;
  close(opened);
  return folder::resolution::by_kernel;
}

// SplitMix64's mixing: an identity that tells nothing about the numbers it is made of.
std::uint64_t mix(std::uint64_t seed, std::uint64_t number) noexcept {
  std::uint64_t mixed = seed * 0x9e3779b97f4a7c15 + number;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

std::uint64_t identity_of(const struct stat& status) noexcept {
  std::uint64_t mixed = mix(status.st_dev, status.st_ino);
  mixed = mix(mixed, static_cast<std::uint64_t>(status.st_size));
  mixed = mix(mixed, static_cast<std::uint64_t>(status.st_mtim.tv_sec));
  mixed = mix(mixed, static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
  mixed = mix(mixed, static_cast<std::uint64_t>(status.st_ctim.tv_sec));
  return mix(mixed, static_cast<std::uint64_t>(status.st_ctim.tv_nsec));
}

error open_error(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case EXDEV:  // openat2: the way leads outside
    case ENXIO:  // a socket or a device without a driver
    case ENODEV: return errc::not_found;
    default: return system_error(number, "opening a file");
  }
}

}  // namespace

open_file::~open_file() { close(descriptor_); }

std::expected<std::string, error> open_file::read(std::uint64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done != count) {
    const ssize_t got = pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, "reading a file"));
    if (got == 0) return std::unexpected(error(errc::invalid, "the file has become shorter"));
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

folder::folder(const std::filesystem::path& root) : root_(open_root(root)), how_(resolution_of(root_)) {}

folder::folder(const std::filesystem::path& root, resolution how) : root_(open_root(root)), how_(how) {}

folder::~folder() { close(root_); }

std::expected<found_entry, error> folder::open(const std::string& path) const {
  const int descriptor = open_descriptor(path);
  if (descriptor < 0) return std::unexpected(open_error(errno));
  struct stat status{};
  const bool known = fstat(descriptor, &status) == 0;
  if (known && S_ISREG(status.st_mode)) {
    return found_entry{false, std::make_shared<const open_file>(descriptor, static_cast<std::uint64_t>(status.st_size),
                                                                identity_of(status), status.st_mtim)};
  }
  close(descriptor);
  if (known && S_ISDIR(status.st_mode)) return found_entry{true, nullptr};
  return std::unexpected(error(errc::not_found));
}

int folder::open_descriptor(const std::string& path) const noexcept {
  if (how_ == resolution::by_walking) return walk(path);
  return open_beneath(root_, path.empty() ? "." : path.c_str());
}

int folder::walk(const std::string& path) const noexcept {
  int at = openat(root_, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  std::size_t start = 0;
  while (at >= 0) {
    const std::size_t slash = path.find('/', start);
    const bool last = slash == std::string::npos;
    const std::string_view rest = std::string_view(path).substr(start, last ? slash : slash - start);
    char name[256];
    if (rest.size() >= sizeof name) {
      close(at);
      errno = ENAMETOOLONG;
      return -1;
    }
    name[rest.copy(name, sizeof name - 1)] = '\0';
    const int flags = last ? file_flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    const int next = openat(at, rest.empty() ? "." : name, flags);
    const int failure = errno;
    close(at);
    errno = failure;
    if (last) return next;
    at = next;
    start = slash + 1;
  }
  return at;
}

}  // namespace candela::handlers::detail
