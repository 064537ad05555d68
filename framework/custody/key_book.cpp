#include <algorithm>
#include <candela/custody/key_book.hpp>
#include <candela/json/writer.hpp>

namespace candela::custody {

namespace {

using jose::failure;

std::unexpected<record_refusal> refusal_of(const jose::error& why, seconds_since_epoch again = record_refusal::never) {
  return std::unexpected(record_refusal{why, again});
}

// What the new record says, and the keys that it does not name any more, which end with it.
std::vector<service_key> merged(const std::vector<service_key>& before, key_record& record) {
  for (service_key& each : record.keys) each.retire = std::min(each.retire, record.expires);
  std::vector<service_key> all = std::move(record.keys);
  const std::size_t named = all.size();
  for (const service_key& each : before) {
    const auto same = [&each](const service_key& other) { return other.key.id() == each.key.id(); };
    if (std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(named), same)) continue;
    all.push_back(each);
    all.back().retire = std::min(each.retire, record.issued);
  }
  return all;
}

}  // namespace

std::expected<bool, record_refusal> key_book::offer(std::string_view record, seconds_since_epoch now) {
  std::expected<bool, record_refusal> answer = take(record, now);
  if (!answer) ++refused_;
  return answer;
}

std::expected<bool, record_refusal> key_book::take(std::string_view record, seconds_since_epoch now) {
  std::expected<key_record, jose::error> read = open_record(record, authorities_);
  if (!read) return refusal_of(read.error());
  if (auto right = check_dates(*read, now, skew_.count()); !right) {
    const bool early = right.error() == failure::issued_in_future;
    return refusal_of(right.error(), early ? read->issued - skew_.count() : record_refusal::never);
  }
  if (auto right = check_number(*read, record); !right) return std::unexpected(right.error());
  const auto known = pages_.find(read->issuer);
  if (known != pages_.end() && known->second.sequence == read->sequence) return false;
  note(*read, record);
  page fresh{.sequence = read->sequence, .issued = read->issued, .keys = {}};
  fresh.keys = merged(known == pages_.end() ? std::vector<service_key>() : known->second.keys, *read);
  pages_.insert_or_assign(read->issuer, std::move(fresh));
  auto next = snapshot();
  if (!next) return refusal_of(next.error());
  current_ = std::move(*next);
  return true;
}

std::expected<void, record_refusal> key_book::check_number(const key_record& read, std::string_view record) const {
  const auto known = newest_.find(read.issuer);
  if (known == newest_.end() || read.sequence > known->second.sequence) return {};
  if (read.sequence < known->second.sequence)
    return std::unexpected(
        record_refusal{{failure::too_old, "a record from before"}, record_refusal::never, read.issuer});
  if (record != known->second.record) return refusal_of({failure::too_old, "another record of a number that is taken"});
  return {};
}

void key_book::note(const key_record& read, std::string_view record) {
  newest_.insert_or_assign(read.issuer, numbered{read.sequence, std::string(record)});
}

std::expected<void, jose::error> key_book::remember(std::string_view record) {
  const std::expected<key_record, jose::error> read = open_record(record, authorities_);
  if (!read) return std::unexpected(read.error());
  const auto known = newest_.find(read->issuer);
  if (known == newest_.end() || read->sequence > known->second.sequence) note(*read, record);
  return {};
}

std::string key_book::newest() const {
  std::string lines;
  for (const auto& [issuer, held] : newest_) (lines += held.record) += '\n';
  return lines;
}

std::string_view key_book::newest_of(std::string_view service) const noexcept {
  const auto known = newest_.find(service);
  return known == newest_.end() ? std::string_view() : std::string_view(known->second.record);
}

std::expected<std::shared_ptr<const key_snapshot>, jose::error> key_book::snapshot() const {
  std::vector<service_keys> services;
  for (const auto& [issuer, held] : pages_) services.push_back({issuer, held.keys});
  std::expected<key_snapshot, jose::error> made = key_snapshot::of(std::move(services));
  if (!made) return std::unexpected(made.error());
  return std::make_shared<const key_snapshot>(std::move(*made));
}

std::expected<std::string, jose::error> key_book::archive(seconds_since_epoch now) const {
  arena memory;
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  for (const auto& [issuer, held] : pages_) {
    json.key(issuer).begin_object().key("keys").begin_array();
    for (const service_key& each : held.keys) {
      if (now < each.retire) continue;
      const std::expected<std::string, jose::error> jwk = write_service_key(each);
      if (!jwk) return jwk;
      json.raw(*jwk);
    }
    json.end_array().end_object();
  }
  json.end_object();
  return std::string(out.text());
}

std::chrono::seconds key_book::age(seconds_since_epoch now) const noexcept {
  seconds_since_epoch oldest = now;
  for (const auto& [issuer, held] : pages_) oldest = std::min(oldest, held.issued);
  return std::chrono::seconds(now - oldest);
}

}  // namespace candela::custody
