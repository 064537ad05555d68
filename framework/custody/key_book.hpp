// The last good record of each service, and the keys that are history.
#pragma once

#include <candela/custody/key_record.hpp>
#include <candela/jose/key_set.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela::custody {

/// Why a record was not taken.
struct record_refusal : jose::error {
  static constexpr seconds_since_epoch never = std::numeric_limits<seconds_since_epoch>::max();

  /// From then on it may be offered again: the clock of who issued it is ahead of ours. All other refusals last.
  seconds_since_epoch again = never;
  /// Whose newer record is known, where that is why.
  std::string outdated = {};
};

/// Takes records from wherever they come and gives out snapshots of what they say. A record that is not right changes
/// nothing: what was good stays until its own end. What a service takes back, or what its record lets expire, signs
/// nothing any more, but stays known: queued messages and audit records were signed before. One thread; snapshots go
/// to any.
///
/// Lower sequences are refused for as long as the book lives. Over a restart `kept_records` holds what is remembered;
/// without it an old record that has not expired can be shown once more.
class key_book {
 public:
  explicit key_book(jose::key_set authorities, std::chrono::seconds skew = std::chrono::seconds(5))
      : authorities_(std::move(authorities)), skew_(skew), current_(std::make_shared<const key_snapshot>()) {}

  /// True when the record says something new. Refused: what `read_record` refuses, and as `too_old` a sequence that is
  /// lower than the one that is known, or the same one for something else.
  [[nodiscard]] std::expected<bool, record_refusal> offer(std::string_view record, seconds_since_epoch now);

  /// Of a record that another book has taken, whether it counts now or not: older ones are refused from here on. Its
  /// keys count when it is offered. Refused: what `open_record` refuses.
  [[nodiscard]] std::expected<void, jose::error> remember(std::string_view record);
  /// The newest record of each service that was taken or remembered, one a line.
  [[nodiscard]] std::string newest() const;
  /// That of one service; empty when there is none. Valid until the next call of `offer` or `remember`.
  [[nodiscard]] std::string_view newest_of(std::string_view service) const noexcept;

  /// All keys, those of the past included, which `counts_at` tells apart.
  [[nodiscard]] std::shared_ptr<const key_snapshot> keys() const noexcept { return current_; }

  /// Retired and expired keys as JSON that `key_snapshot::from_json` reads, for whoever verifies old records.
  [[nodiscard]] std::expected<std::string, jose::error> archive(seconds_since_epoch now) const;

  /// How long ago the oldest record in force was issued; zero without records. For logs and metrics.
  [[nodiscard]] std::chrono::seconds age(seconds_since_epoch now) const noexcept;
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }  ///< records that were not right

 private:
  struct numbered {
    std::uint64_t sequence = 0;
    std::string record;
  };
  struct page {
    std::uint64_t sequence = 0;
    seconds_since_epoch issued = 0;
    std::vector<service_key> keys;  // of the record, and those that earlier ones had
  };

  std::expected<bool, record_refusal> take(std::string_view record, seconds_since_epoch now);
  std::expected<void, record_refusal> check_number(const key_record& read, std::string_view record) const;
  void note(const key_record& read, std::string_view record);
  std::expected<std::shared_ptr<const key_snapshot>, jose::error> snapshot() const;

  jose::key_set authorities_;
  std::chrono::seconds skew_;
  std::map<std::string, numbered, std::less<>> newest_;
  std::map<std::string, page, std::less<>> pages_;
  std::shared_ptr<const key_snapshot> current_;
  std::uint64_t refused_ = 0;
};

}  // namespace candela::custody
