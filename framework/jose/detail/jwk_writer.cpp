#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jwk.hpp>
#include <candela/json/writer.hpp>
#include <cstring>

namespace candela::jose::detail {

namespace {

// Text that grows without leaving copies of itself behind.
class secret_text {
 public:
  void append(std::string_view text) {
    char* const to = extend(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
  }
  void append_encoded(const secret_bytes& bytes) { encode_base64url(extend(encoded_size(bytes.size())), bytes); }

  void begin() { append("{"); }
  void name(std::string_view name) {
    append(first_ ? "\"" : ",\"");
    first_ = false;
    append(name);
    append("\":");
  }
  void member(std::string_view which, std::string_view text) {
    if (text.empty()) return;
    name(which);
    arena memory;
    append(json::to_text(text, memory));
  }
  void number(part which, const raw_key& numbers) {
    if (!numbers.has(which)) return;
    name(name_of(which));
    append("\"");
    append_encoded(numbers[which]);
    append("\"");
  }
  secret_bytes end() {
    append("}");
    bytes_.shrink(used_);
    return std::move(bytes_);
  }

 private:
  char* extend(std::size_t more) {
    if (bytes_.size() - used_ < more) {
      secret_bytes larger((used_ + more) * 2);
      if (used_ != 0) std::memcpy(larger.data(), bytes_.data(), used_);
      bytes_ = std::move(larger);
    }
    char* const at = reinterpret_cast<char*>(bytes_.data()) + used_;
    used_ += more;
    return at;
  }

  secret_bytes bytes_;
  std::size_t used_ = 0;
  bool first_ = true;
};

void write_operations(secret_text& out, key_operations operations) {
  if (operations.empty()) return;
  out.name("key_ops");
  std::string_view before = "[\"";
  for (auto each = key_operation::sign; each <= key_operation::derive_bits;
       each = static_cast<key_operation>(static_cast<int>(each) + 1)) {
    if (!operations.contains(each)) continue;
    out.append(before);
    out.append(name_of(each));
    before = "\",\"";
  }
  out.append("\"]");
}

}  // namespace

secret_bytes write_jwk(const raw_key& numbers, const key_description& described, key_part which) {
  secret_text out;
  out.begin();
  out.member("kty", jose::name_of(numbers.kind));
  out.member("crv", jose::name_of(numbers.on_curve));
  out.member("kid", described.id);
  out.member("alg", described.algorithm);
  out.member("use", name_of(described.use));
  write_operations(out, described.operations);
  for (std::size_t i = 0; i != part_count; ++i) {
    const auto each = static_cast<part>(i);
    if (which == key_part::private_part || !is_secret(each)) out.number(each, numbers);
  }
  return out.end();
}

secret_bytes thumbprint_input(const raw_key& numbers) {
  secret_text out;
  out.begin();
  if (numbers.kind == key_kind::rsa) out.number(part::e, numbers);
  out.member("crv", jose::name_of(numbers.on_curve));
  out.number(part::k, numbers);
  out.member("kty", jose::name_of(numbers.kind));
  out.number(part::n, numbers);
  out.number(part::x, numbers);
  out.number(part::y, numbers);
  return out.end();
}

}  // namespace candela::jose::detail
