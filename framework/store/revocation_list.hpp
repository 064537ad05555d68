// What was taken back before its time, as one immutable list.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace candela::store {

/// By what something can be revoked.
enum class revocable : std::uint8_t {
  id,           ///< `jti`: one token, link or proof
  subject,      ///< `sub`: all that is said of somebody
  key,          ///< `kid`: all that it has signed
  issuer,       ///< `iss`: all that it has said
  transaction,  ///< `txn`: all that belongs to it
};

/// The claim that names it: `jti`, `sub`, `kid`, `iss`, `txn`.
[[nodiscard]] std::string_view name_of(revocable kind) noexcept;

/// Found by a keyed hash and compared whole. Safe to share among threads, as everything that does not change.
class revocation_list {
 public:
  /// The longest entry, its kind included.
  static constexpr std::size_t max_entry_bytes = 1024;

  revocation_list() = default;

  [[nodiscard]] bool contains(revocable kind, std::string_view value) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  friend class revocation_list_builder;
  struct place {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0;
    std::uint32_t size = 0;  // 0: nothing stands here
  };

  std::string text_;           // the entries, each with its kind as the first byte
  std::vector<place> places_;  // a power of two, at most half of them taken
  std::size_t size_ = 0;
};

/// Gathers the entries of a list.
class revocation_list_builder {
 public:
  /// `most`: entries that it takes.
  explicit revocation_list_builder(std::size_t most) noexcept : most_(most) {}

  /// An entry as files and Redis have it: `jti:VALUE`, `sub:VALUE`, `kid:VALUE`, `iss:VALUE`, `txn:VALUE`. The error is
  /// a sentence that does not quote it.
  [[nodiscard]] std::expected<void, std::string> add(std::string_view entry);
  /// The lines of a file: an entry each, without white space at its ends; empty lines and those that begin with # say
  /// nothing. The error names the line. Nothing of a text that is wrong anywhere may be used.
  [[nodiscard]] std::expected<void, std::string> add_lines(std::string_view text);

  [[nodiscard]] revocation_list build() &&;

 private:
  struct span {
    std::uint32_t begin;
    std::uint32_t size;
  };

  std::size_t most_;
  std::string text_;
  std::vector<span> entries_;
};

}  // namespace candela::store
