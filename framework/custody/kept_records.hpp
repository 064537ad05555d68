// The newest record of each service in a file, so that no older one is believed after a restart.
#pragma once

#include <candela/core/error.hpp>
#include <candela/custody/key_book.hpp>
#include <candela/jose/key_set.hpp>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string_view>
#include <utility>

namespace candela::custody {

/// A file with one record a line, as the authorities signed them: who can write to it can take records away, and put
/// none there that was not signed. Belongs where the service may write and others may not. Workers, and processes of
/// one machine, may share it: each adds what it knows, under a lock on the file of the same name with `.lock` behind
/// it. Blocks; any thread.
class kept_records {
 public:
  kept_records(std::filesystem::path file, jose::key_set authorities)
      : file_(std::move(file)), authorities_(std::move(authorities)) {}

  /// Lets a book remember what the file holds; nothing where there is no such file yet. Lines of authorities that are
  /// none any more are passed over, and counted.
  [[nodiscard]] std::expected<std::size_t, candela::error> recall(key_book& into) const;

  /// Whether permissions let `keep` write there. Writes nothing: for a service that is only looked at, too.
  [[nodiscard]] std::expected<void, candela::error> check() const;

  /// Adds `key_book::newest` of a book. What is newer in the file stays. The file is replaced whole, and on the disk
  /// when this returns.
  [[nodiscard]] std::expected<void, candela::error> keep(std::string_view records) const;

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

 private:
  [[nodiscard]] std::filesystem::path lock_name() const { return file_.native() + ".lock"; }

  std::filesystem::path file_;
  jose::key_set authorities_;
};

}  // namespace candela::custody
