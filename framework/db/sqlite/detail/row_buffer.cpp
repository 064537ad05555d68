#include <algorithm>
#include <bit>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <candela/db/sqlite/detail/row_buffer.hpp>
#include <cstring>

namespace candela::db::sqlite {

char* row_buffer::reserve(std::size_t bytes) {
  if (capacity_ - size_ < bytes) {
    const std::size_t grown = std::max(size_ + bytes, std::max<std::size_t>(4096, capacity_ * 2));
    auto larger = std::make_unique_for_overwrite<char[]>(grown);
    if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = grown;
  }
  return bytes_.get() + size_;
}

void row_buffer::put(sql_type type, const void* data, std::size_t size) {
  char* target = reserve(sizeof(value_head) + size);
  const value_head head{static_cast<std::int32_t>(size), type};
  std::memcpy(target, &head, sizeof head);
  if (size != 0) std::memcpy(target + sizeof head, data, size);
  size_ += sizeof head + size;
}

void row_buffer::put_value(sqlite3_stmt* current, int column) {
  switch (libsqlite3().column_type(current, column)) {
    case SQLITE_INTEGER: {
      const auto value = __builtin_bswap64(static_cast<std::uint64_t>(libsqlite3().column_int64(current, column)));
      return put(sql_type::int8, &value, sizeof value);
    }
    case SQLITE_FLOAT: {
      const auto value = __builtin_bswap64(std::bit_cast<std::uint64_t>(libsqlite3().column_double(current, column)));
      return put(sql_type::float8, &value, sizeof value);
    }
    case SQLITE_TEXT: {
      // The text first: it may be converted, which changes its length.
      const void* text = libsqlite3().column_text(current, column);
      return put(sql_type::text, text, static_cast<std::size_t>(libsqlite3().column_bytes(current, column)));
    }
    case SQLITE_BLOB: {
      const void* blob = libsqlite3().column_blob(current, column);
      return put(sql_type::bytea, blob, static_cast<std::size_t>(libsqlite3().column_bytes(current, column)));
    }
    default: {
      const value_head null{-1, sql_type::unknown};
      std::memcpy(reserve(sizeof null), &null, sizeof null);
      size_ += sizeof null;
    }
  }
}

void row_buffer::append(sqlite3_stmt* current, std::uint32_t index) {
  std::memcpy(reserve(sizeof index), &index, sizeof index);
  size_ += sizeof index;
  const int columns = libsqlite3().data_count(current);
  for (int column = 0; column != columns; ++column) put_value(current, column);
}

void row_buffer::clear() noexcept {
  size_ = 0;
  if (capacity_ <= kept_bytes) return;
  bytes_.reset();
  capacity_ = 0;
}

std::size_t row_buffer::read(std::size_t at, std::uint32_t& index, std::vector<cell>& cells) const noexcept {
  const char* from = bytes_.get() + at;
  std::memcpy(&index, from, sizeof index);
  from += sizeof index;
  for (cell& each : cells) {
    value_head head;
    std::memcpy(&head, from, sizeof head);
    from += sizeof head;
    each = {from, head.size, head.type};
    if (head.size > 0) from += head.size;
  }
  return static_cast<std::size_t>(from - bytes_.get());
}

}  // namespace candela::db::sqlite
