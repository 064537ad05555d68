// The messages that we send (PostgreSQL 15 documentation, section 55.7).
#pragma once

#include <candela/db/parameter.hpp>
#include <candela/db/postgres/detail/prepared.hpp>
#include <candela/db/postgres/detail/send_buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candela::db::postgres {

/// What stands behind a Bind and its Execute.
enum class ending : std::uint8_t {
  nothing,  ///< others share the Sync
  sync,     ///< the query stands alone
  flush,    ///< the portal stays open for more rows
};

/// Bytes that `write_prepare` and `write_query` may write, at most.
[[nodiscard]] std::size_t prepare_bound(const prepared& what) noexcept;
[[nodiscard]] std::size_t query_bound(const prepared& what, const parameter* values, std::size_t count) noexcept;

/// Parse and Describe, with a Close before when the server may know the name.
void write_prepare(send_buffer& out, const prepared& what);

/// Bind of `count` parameters and Execute for at most `rows` rows (0: all). Says which parameter is refused, and writes
/// nothing then; `count` when none is.
[[nodiscard]] std::size_t write_query(send_buffer& out, const prepared& what, const parameter* values,
                                      std::size_t count, std::uint32_t rows, ending end);

/// Execute for the next rows of the open portal, and Flush.
void write_continue(send_buffer& out, std::uint32_t rows);
void write_sync(send_buffer& out);
/// A simple query: several statements at once.
void write_script(send_buffer& out, std::string_view sql);

/// Bytes of a COPY to the server; none when there are none.
void write_copy_data(send_buffer& out, std::string_view bytes);
void write_copy_done(send_buffer& out);
void write_copy_fail(send_buffer& out, std::string_view why);

}  // namespace candela::db::postgres
