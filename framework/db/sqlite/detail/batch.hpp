// Private to the room: what a loop asks of a database thread in one turn, and what comes back.
#pragma once

#include <atomic>
#include <candela/db/operation.hpp>
#include <candela/db/sqlite/detail/row_buffer.hpp>
#include <candela/db/sqlite/detail/shapes.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace candela::db::sqlite {

class driver_link;
class runner;
class session;

/// A parameter whose bytes stand in its batch.
struct bound_value {
  parameter::kind what = parameter::kind::null;
  union {
    std::int64_t integer = 0;
    double real;
    std::size_t at;  ///< of text, bytes, json, uuid and time
  };
  std::size_t size = 0;
};

/// One operation, in copy: the operation itself may be gone before a thread has done it.
struct item {
  operation* asked = nullptr;       ///< the loop's; null when nobody waits any more
  const statement* what = nullptr;  ///< null for a script; otherwise of static storage
  bool goes_on = false;             ///< the next rows of the open stream
  std::uint16_t width = 0;
  std::uint32_t repeat = 1;
  std::uint32_t chunk_rows = 0;
  std::size_t first_value = 0;
  std::size_t script_at = 0;
  std::size_t script_size = 0;

  /// Written by the loop while a thread reads it.
  bool abandoned = false;

  bool slow = false;  ///< took longer than others should wait for it
  const shape* columns = nullptr;
  std::uint64_t affected = 0;
  bool more = false;
  std::optional<error> failure;
  std::size_t rows_begin = 0;
  std::size_t rows_end = 0;

  /// As before it was run.
  void clear_outcome() noexcept;
  void fail(error why) {
    if (!failure) failure.emplace(std::move(why));
  }
};

/// Filled by the loop, owned by the threads from the hand-over until it is posted home.
class batch {
 public:
  enum class kind : std::uint8_t {
    reads,    ///< on any reader
    writes,   ///< on the writer, when nobody has it for himself
    session,  ///< on the session's own reader, or on the writer that it has
    claim,    ///< the writer, for a session
    release,  ///< the end of a session: it is tidied up, and the writer is free again
  };

  /// Copies an operation into it. Fails, with the operation's own words, when a parameter is of a kind that SQLite
  /// doesn't have. Throws `std::bad_alloc`.
  [[nodiscard]] std::optional<error> add(operation& asked, bool goes_on);
  /// Bytes of what was copied.
  [[nodiscard]] std::size_t bytes() const noexcept { return texts.size() + values.size() * sizeof(bound_value); }
  /// As new, with its memory.
  void clear() noexcept;

  [[nodiscard]] std::string_view script_of(const item& one) const noexcept {
    return std::string_view(texts).substr(one.script_at, one.script_size);
  }

  kind what = kind::reads;
  bool ran = false;        ///< false when it comes home undone, because the threads end
  bool altered = false;    ///< of `release`: leave nothing behind
  bool left_open = false;  ///< of `session`: a transaction or stream goes on
  bool lost = false;       ///< of `session`: its transaction has failed
  std::shared_ptr<driver_link> home;
  session* who = nullptr;    ///< of session, claim and release
  runner* on = nullptr;      ///< the session's own reader; null for the writer
  std::uint32_t weight = 0;  ///< queries, repetitions counted
  std::size_t held = 0;      ///< bytes that the driver counts until it comes home
  bool abandoned = false;    ///< of `claim`; as `item::abandoned`

  std::vector<item> items;
  std::vector<bound_value> values;
  std::string texts;
  row_buffer rows;

 private:
  [[nodiscard]] std::optional<error> copy(const parameter& given);
  void copy_text(parameter::kind type, std::string_view text);
};

/// Flags that one thread sets and another one polls.
inline void raise_flag(bool& flag) noexcept { std::atomic_ref<bool>(flag).store(true, std::memory_order_relaxed); }
inline bool is_raised(bool& flag) noexcept { return std::atomic_ref<bool>(flag).load(std::memory_order_relaxed); }

}  // namespace candela::db::sqlite
