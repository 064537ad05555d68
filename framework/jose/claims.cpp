#include <algorithm>
#include <array>
#include <candela/jose/claims.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <cmath>

namespace candela::jose {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_depth = 16;
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
constexpr token_time latest{milliseconds(last_second * 1000 + 999)};

constexpr std::unexpected<error> invalid(std::string_view detail) noexcept {
  return std::unexpected(error{failure::claim_invalid, detail});
}

// Reads one claim after the other and keeps the first thing that is wrong.
class claim_reader {
 public:
  claim_reader(claims& into, arena& memory) noexcept : into_(into), memory_(memory) {}

  void read(const json::member& claim) {
    for (const known& each : all_known) {
      if (each.name == claim.name) return (this->*each.read)(claim.item);
    }
  }
  void finish() {
    // `scope` is the registered name; `scp` counts where it is missing.
    if (!has_scope_) into_.scopes = scp_;
  }
  [[nodiscard]] std::string_view wrong() const noexcept { return wrong_; }

 private:
  struct known {
    std::string_view name;
    void (claim_reader::*read)(const json::value&);
  };

  void fail(std::string_view detail) noexcept {
    if (wrong_.empty()) wrong_ = detail;
  }

  std::string_view text(const json::value& item, std::string_view what) noexcept {
    const std::optional<std::string_view> content = item.string();
    if (!content) fail(what);
    return content.value_or(std::string_view());
  }

  std::span<const std::string_view> texts(std::span<const json::value> items, std::string_view what) {
    const std::span<std::string_view> list = memory_.make_array<std::string_view>(items.size());
    for (std::size_t i = 0; i != items.size(); ++i) list[i] = text(items[i], what);
    return list;
  }

  std::optional<token_time> date(const json::value& item, std::string_view what) noexcept {
    if (const std::optional<std::int64_t> whole = item.integer(); whole && *whole >= 0 && *whole <= last_second)
      return token_time(std::chrono::seconds(*whole));
    const std::optional<double> number = item.type() == json::value::kind::floating ? item.number() : std::nullopt;
    if (number && *number >= 0 && *number <= static_cast<double>(last_second))
      return token_time(milliseconds(std::llround(*number * 1000)));
    fail(what);
    return std::nullopt;
  }

  std::span<const std::string_view> words(std::string_view text) {
    const std::span<std::string_view> list =
        memory_.make_array<std::string_view>(static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1);
    std::size_t count = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(' '), text.size());
      if (end != 0) list[count++] = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list.first(count);
  }

  void issuer(const json::value& item) { into_.issuer = text(item, "iss is not a text"); }
  void subject(const json::value& item) { into_.subject = text(item, "sub is not a text"); }
  void id(const json::value& item) { into_.id = text(item, "jti is not a text"); }
  void client_id(const json::value& item) { into_.client_id = text(item, "client_id is not a text"); }
  void expires(const json::value& item) { into_.expires = date(item, "exp is not a date"); }
  void not_before(const json::value& item) { into_.not_before = date(item, "nbf is not a date"); }
  void issued(const json::value& item) { into_.issued = date(item, "iat is not a date"); }

  void audience(const json::value& item) {
    constexpr std::string_view what = "aud is neither a text nor a list of texts";
    const bool list = item.type() == json::value::kind::array;
    into_.audiences = texts(list ? item.elements() : std::span(&item, 1), what);
    if (into_.audiences.empty()) fail("aud is an empty list");
  }

  void scope(const json::value& item) {
    has_scope_ = true;
    into_.scopes = words(text(item, "scope is not a text"));
  }
  void scp(const json::value& item) {
    constexpr std::string_view what = "scp is neither a text nor a list of texts";
    scp_ = item.type() == json::value::kind::array ? texts(item.elements(), what) : words(text(item, what));
  }

  void bound(const json::value& item) {
    if (item.type() != json::value::kind::object) return fail("cnf is not an object");
    confirmation& to = into_.bound.emplace();
    to.members = item.members().size();
    for (const json::member& each : item.members()) {
      if (each.name == "jkt") to.key_thumbprint = text(each.item, "jkt is not a text");
      if (each.name == "x5t#S256") to.certificate_thumbprint = text(each.item, "x5t#S256 is not a text");
      if (each.name == "kid") to.key_id = text(each.item, "kid of cnf is not a text");
      if (each.name == "jwk") to.key = each.item;
    }
    if (!to.key.is_null() && to.key.type() != json::value::kind::object) fail("jwk of cnf is not an object");
  }

  static constexpr std::size_t known_count = 11;
  static const std::array<known, known_count> all_known;

  claims& into_;
  arena& memory_;
  std::span<const std::string_view> scp_;
  bool has_scope_ = false;
  std::string_view wrong_;
};

constexpr std::array<claim_reader::known, claim_reader::known_count> claim_reader::all_known{{
    {"iss", &claim_reader::issuer},
    {"sub", &claim_reader::subject},
    {"aud", &claim_reader::audience},
    {"exp", &claim_reader::expires},
    {"nbf", &claim_reader::not_before},
    {"iat", &claim_reader::issued},
    {"jti", &claim_reader::id},
    {"client_id", &claim_reader::client_id},
    {"scope", &claim_reader::scope},
    {"scp", &claim_reader::scp},
    {"cnf", &claim_reader::bound},
}};

constexpr std::array<std::string_view, 11> written_by_field{"iss", "sub",       "aud",   "exp", "nbf", "iat",
                                                            "jti", "client_id", "scope", "scp", "cnf"};

void write_text(json::writer& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.member(name, text);
}

// As a whole number where it is one: not every reader takes a fraction.
void write_date(json::writer& out, std::string_view name, const std::optional<token_time>& date) {
  if (!date) return;
  const std::int64_t since = date->time_since_epoch().count();
  if (since % 1000 == 0) {
    out.member(name, since / 1000);
  } else {
    out.member(name, static_cast<double>(since) / 1000);
  }
}

void write_audiences(json::writer& out, std::span<const std::string_view> audiences) {
  if (audiences.size() == 1) {
    out.member("aud", audiences.front());
  } else if (!audiences.empty()) {
    out.member("aud", audiences);
  }
}

void write_scopes(json::writer& out, std::span<const std::string_view> scopes, arena& memory) {
  if (scopes.empty()) return;
  json::output joined(memory);
  for (const std::string_view each : scopes) {
    if (joined.size() != 0) joined.append(' ');
    joined.append(each);
  }
  out.member("scope", joined.text());
}

void write_confirmation(json::writer& out, const std::optional<confirmation>& bound) {
  if (!bound) return;
  out.key("cnf").begin_object();
  if (!bound->key.is_null()) out.member("jwk", bound->key);
  write_text(out, "jkt", bound->key_thumbprint);
  write_text(out, "x5t#S256", bound->certificate_thumbprint);
  write_text(out, "kid", bound->key_id);
  out.end_object();
}

std::size_t written_members(const confirmation& bound) noexcept {
  return std::size_t{!bound.key.is_null()} + std::size_t{!bound.key_thumbprint.empty()} +
         std::size_t{!bound.certificate_thumbprint.empty()} + std::size_t{!bound.key_id.empty()};
}

std::expected<void, error> check_writable(const claims& said) {
  for (const auto& date : {said.expires, said.not_before, said.issued}) {
    if (date && (*date < token_time() || *date > latest)) return invalid("a date out of range");
  }
  for (const std::string_view scope : said.scopes) {
    if (scope.empty() || scope.contains(' ')) return invalid("a scope that is empty or holds a space");
  }
  // Without what is not understood, a token would work for more than it was bound to.
  if (said.bound && written_members(*said.bound) < said.bound->members)
    return invalid("a confirmation of which not all is understood");
  if (!said.all.is_null() && said.all.type() != json::value::kind::object) return invalid("claims that are no object");
  return {};
}

}  // namespace

bool claims::has_scope(std::string_view scope) const noexcept {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool claims::is_for(std::string_view audience) const noexcept {
  return std::ranges::find(audiences, audience) != audiences.end();
}

std::expected<claims, error> read_claims(std::string_view json, arena& memory) {
  const auto parsed = json::parse<json::value>(json, memory, {.max_depth = max_depth});
  if (!parsed || parsed->type() != json::value::kind::object)
    return std::unexpected(error{failure::json_invalid, "the claims are not one JSON object"});
  claims read;
  read.all = *parsed;
  claim_reader reader(read, memory);
  for (const json::member& each : parsed->members()) reader.read(each);
  if (!reader.wrong().empty()) return invalid(reader.wrong());
  reader.finish();
  return read;
}

std::expected<std::string_view, error> write_claims(const claims& said, arena& memory) {
  if (auto writable = check_writable(said); !writable) return std::unexpected(writable.error());
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  write_text(json, "iss", said.issuer);
  write_text(json, "sub", said.subject);
  write_audiences(json, said.audiences);
  write_date(json, "exp", said.expires);
  write_date(json, "nbf", said.not_before);
  write_date(json, "iat", said.issued);
  write_text(json, "jti", said.id);
  write_text(json, "client_id", said.client_id);
  write_scopes(json, said.scopes, memory);
  write_confirmation(json, said.bound);
  for (const json::member& each : said.all.members()) {
    if (std::ranges::find(written_by_field, each.name) == written_by_field.end()) json.member(each.name, each.item);
  }
  json.end_object();
  return out.text();
}

}  // namespace candela::jose
