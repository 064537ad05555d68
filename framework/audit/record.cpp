#include <array>
#include <candela/audit/record.hpp>
#include <candela/json/escape.hpp>
#include <candela/json/writer.hpp>

namespace candela::audit {

namespace {

// How much of a record is written.
struct extent {
  std::size_t text_bytes;  // of each text, before its escapes
  std::size_t hops;
  bool evidence;  // headers, chain and proof, as they are
  bool cut;
};

// Escapes make six bytes of one at most, so that the last of them fits any room.
constexpr std::array<extent, 3> extents{{{2048, 64, true, false}, {256, 16, false, true}, {40, 0, false, true}}};

// Writes members, each with its comma.
class member_writer {
 public:
  member_writer(json::output& out, const extent& allowed) noexcept : out_(out), allowed_(allowed) {}

  // `key` is `,"name":`.
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out_.append(key);
    json::write_string(out_, value.substr(0, allowed_.text_bytes));
  }
  void whole(std::string_view key, std::string_view value) {
    if (value.empty() || !allowed_.evidence) return;
    out_.append(key);
    json::write_string(out_, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    out_.append(key);
    json::write_number(out_, value);
  }

 private:
  json::output& out_;
  const extent& allowed_;
};

void write_at(json::output& out, wall_time when) {
  out.append(R"("type":"request","at":")");
  out.advance(write_time(out.reserve(time_characters), when));
  out.append('"');
}

void write_hops(json::output& out, std::span<const hop> via, const extent& allowed) {
  if (via.empty() || allowed.hops == 0) return;
  out.append(R"(,"via":)");
  char before = '[';
  for (const hop& each : via.first(std::min(via.size(), allowed.hops))) {
    out.append(before);
    out.append(R"({"from":)");
    json::write_string(out, each.caller.substr(0, allowed.text_bytes));
    member_writer members(out, allowed);
    members.text(R"(,"to":)", each.callee);
    members.text(R"(,"op":)", each.operation);
    out.append('}');
    before = ',';
  }
  out.append(']');
}

void write_headers(json::output& out, std::span<const kept_header> headers, const extent& allowed) {
  if (headers.empty() || !allowed.evidence) return;
  out.append(R"(,"headers":)");
  char before = '{';
  for (const kept_header& each : headers) {
    out.append(before);
    json::write_string(out, each.name);
    out.append(':');
    json::write_string(out, each.value.substr(0, allowed.text_bytes));
    before = ',';
  }
  out.append('}');
}

void write_members(json::output& out, const record& what, const extent& allowed) {
  member_writer members(out, allowed);
  write_at(out, what.at);
  members.text(R"(,"outcome":)", name_of(what.outcome));
  members.text(R"(,"service":)", what.service);
  members.text(R"(,"id":)", what.id);
  members.text(R"(,"txn":)", what.txn);
  members.text(R"(,"user":)", what.user);
  members.text(R"(,"issuer":)", what.issuer);
  members.text(R"(,"client":)", what.client);
  members.text(R"(,"by":)", what.by);
  write_hops(out, what.via, allowed);
  members.text(R"(,"peer":)", what.peer);
  members.text(R"(,"method":)", what.method);
  members.text(R"(,"target":)", what.target);
  members.text(R"(,"route":)", what.route);
  members.number(R"(,"status":)", what.status);
  members.text(R"(,"code":)", what.code);
  members.number(R"(,"us":)", static_cast<std::uint64_t>(std::max<std::int64_t>(what.duration.count(), 0)));
  members.number(R"(,"in":)", what.bytes_in);
  members.number(R"(,"out":)", what.bytes_out);
  write_headers(out, what.headers, allowed);
  members.whole(R"(,"chain":)", what.chain);
  members.whole(R"(,"proof":)", what.proof);
  if (allowed.cut) out.append(R"(,"cut":true)");
}

}  // namespace

std::string_view name_of(decision value) noexcept {
  static constexpr std::array<std::string_view, decisions> names{"allowed", "denied", "refused",
                                                                 "failed",  "cut",    "malformed"};
  return names[static_cast<std::size_t>(value)];
}

std::string_view write_record(const record& what, std::span<char> room, arena& spill) {
  for (const extent& allowed : extents) {
    json::output out(room, spill);
    write_members(out, what, allowed);
    const std::string_view written = out.text();
    if (written.data() == room.data()) return written;
    spill.clear();
  }
  return {};
}

}  // namespace candela::audit
