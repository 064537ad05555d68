// A folder that no path leads out of.
#pragma once

#include <sys/types.h>
#include <candela/core/error.hpp>

#include <cstdint>
#include <ctime>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace candela::handlers::detail {

/// An open regular file; closed with the last copy of its pointer.
class open_file {
 public:
  open_file(int descriptor, std::uint64_t bytes, std::uint64_t identity, timespec modified) noexcept
      : descriptor_(descriptor), bytes_(bytes), identity_(identity), modified_(modified) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file();

  /// Its size when it was opened.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// A digest of what changes when the content does: size, times of change, and which file it is.
  [[nodiscard]] std::uint64_t identity() const noexcept { return identity_; }
  /// When its content was last changed.
  [[nodiscard]] timespec modified() const noexcept { return modified_; }

  /// Reads exactly `count` bytes from `offset` on; `invalid` when the file has become shorter. Blocks.
  [[nodiscard]] std::expected<std::string, error> read(std::uint64_t offset, std::size_t count) const;

 private:
  int descriptor_;
  std::uint64_t bytes_;
  std::uint64_t identity_;
  timespec modified_;
};

/// What stands at a path.
struct found_entry {
  bool is_folder = false;
  std::shared_ptr<const open_file> file;  ///< null for a folder
};

/// A folder's descriptor, taken once: when the name comes to mean another folder, this is still the old one.
/// Thread-safe; `open` blocks.
class folder {
 public:
  /// How a path is kept inside.
  enum class resolution : std::uint8_t {
    by_kernel,   ///< openat2 with RESOLVE_BENEATH (Linux 5.6): symbolic links work as long as they stay inside
    by_walking,  ///< one name at a time, no symbolic link anywhere
  };

  /// Throws `std::system_error` when it is not a folder or cannot be opened.
  explicit folder(const std::filesystem::path& root);
  folder(const std::filesystem::path& root, resolution how);
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder();

  /// Opens what stands at `path`, relative names without "." and ".." separated by single slashes; empty for the folder
  /// itself. `not_found` for what isn't there, is no regular file or folder, or lies outside; `permission`;
  /// `out_of_resources`.
  [[nodiscard]] std::expected<found_entry, error> open(const std::string& path) const;

  [[nodiscard]] resolution how() const noexcept { return how_; }

 private:
  [[nodiscard]] int open_descriptor(const std::string& path) const noexcept;
  [[nodiscard]] int walk(const std::string& path) const noexcept;

  int root_;
  resolution how_;
};

}  // namespace candela::handlers::detail
