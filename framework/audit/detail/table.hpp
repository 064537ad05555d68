// Private to the room: the table that holds trails, and what is asked of it.
#pragma once

#include <candela/db/statement.hpp>
#include <cstdint>
#include <string_view>

namespace candela::audit::detail {

// Lines stand as they would in a file; the other columns are read from them, for finding.
inline constexpr std::string_view table =
    "CREATE TABLE candela_audit (\n"
    "  stream text NOT NULL,\n"
    "  seq bigint NOT NULL,\n"
    "  kind text NOT NULL,\n"
    "  id text,\n"
    "  txn text,\n"
    "  line text NOT NULL,\n"
    "  PRIMARY KEY (stream, seq)\n"
    ");\n"
    "CREATE INDEX candela_audit_id ON candela_audit (id);\n"
    "CREATE INDEX candela_audit_txn ON candela_audit (txn);\n"
    "CREATE INDEX candela_audit_kind ON candela_audit (stream, kind, seq);\n";

/// Finds nothing where there is such a table, and is refused where there is none or one that cannot hold lines.
inline constexpr db::statement every_column{
    "SELECT stream, seq, kind, id, txn, line FROM candela_audit WHERE stream = '' AND seq = 0", db::read_only};

/// Lines that are read at once.
inline constexpr std::int64_t page_lines = 1000;

inline constexpr db::statement lines_from{
    "SELECT line FROM candela_audit WHERE stream = $1 AND seq >= $2 ORDER BY seq LIMIT $3", db::read_only};
inline constexpr db::statement newest_file{
    "SELECT seq FROM candela_audit WHERE stream = $1 AND kind = 'open' ORDER BY seq DESC LIMIT 1", db::read_only};
inline constexpr db::statement one_line{"SELECT line FROM candela_audit WHERE stream = $1 AND seq = $2", db::read_only};
inline constexpr db::statement insert_line{
    "INSERT INTO candela_audit (stream, seq, kind, id, txn, line) VALUES ($1, $2, $3, $4, $5, $6)"};

}  // namespace candela::audit::detail
