// Writes down every decision in a trail that proves that nobody changed it.
#pragma once

#include <array>
#include <candela/audit/recorder.hpp>
#include <candela/core/task.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/stage_setup.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela::audit {
class trail;
}

namespace candela::middleware {

/// The stage `audit`. It stands in the entry chain, behind `correlation_id` and in front of whatever may refuse, so
/// that refusals are written down as well; a route's own chain may have it instead.
///
///     - audit:
///         folder: /var/lib/shop/audit    # where its files stand (there already); or, instead,
///         database: ${AUDIT_DB}          # the URL of a database with its table (`candela audit schema`), without
///                                        # which no service starts; one that is away then is waited for
///         key: audit.jwk                 # the private key that signs: a JWK or PEM, P-256 best; required
///         stream: shop-1                 # the trail's name, of each process its own; default: the service's name
///         service: urn:shop              # who decides, as others name it; default: the stream's name
///         headers: [User-Agent]          # fields of the request that are kept; none that may hold a secret
///         evidence: false                # whether Call-Chain and Call-Proof are kept as they came
///         include: [/v1/*]               # patterns of routes; a star at the end stands for any rest. Default: all,
///         exclude: [/health/*]           # but these
///         outcomes: [allowed, denied, refused, failed, cut, malformed]   # which are written down; default: all
///         when_full: refuse              # when the queue is full: answer 503, or `wait` for room
///         max_wait: 1s                   # then for so long
///         queue: 4MiB                    # of each worker; 16KiB to 1GiB
///         max_record: 4KiB               # of one record, 4KiB to 256KiB; default with evidence: 32KiB
///         rotate: {size: 64MiB, after: 24h}            # when a new file begins
///         checkpoint: {lines: 1000, interval: 1s}      # what may stand unsigned
///         sync: checkpoint               # to the disk: after each `batch`, each `checkpoint`, or `never`
///
/// A record says who asked (the exchange's `principal`), through whom (its `custody::call_stack`), what (method, path
/// without query, route) and what became of it, with the correlation id. The response leaves before its record is
/// written; what guards the trail is that a request is let in only when there is room for its record. With no room it
/// is answered with 503 `audit_unavailable`, and the trail says later how many were.
///
/// All stages with one trail share it, over workers and reloads. Metrics: audit_records_total, audit_refused_total,
/// audit_unrecorded_total, audit_failures_total, audit_checkpoints_total, audit_queued_bytes and audit_sequence, by
/// stream.
class audit {
 public:
  explicit audit(stage_setup& setup);

  [[nodiscard]] bool applies_to(const route& asked) const;
  step on_request(exchange& x);
  void on_response(exchange& x);
  void on_complete(const exchange_outcome& outcome);

 protected:
  /// Whether another stage of this kind has let the request in, and writes it down.
  [[nodiscard]] static bool is_let_in(const exchange& x) noexcept;
  /// Sets room aside and notes what is needed of the request; false when there is no room.
  [[nodiscard]] bool let_in(exchange& x);
  [[nodiscard]] step refuse(exchange& x);

 private:
  struct admission;

  void keep_headers(exchange& x, admission& noted) const;
  [[nodiscard]] bool wants(candela::audit::decision outcome) const noexcept {
    return wanted_[static_cast<std::size_t>(outcome)];
  }
  void write_malformed(const exchange_outcome& outcome);
  [[nodiscard]] candela::audit::record describe(const exchange_outcome& outcome) const;

  std::shared_ptr<candela::audit::trail> trail_;
  candela::audit::recorder* recorder_;
  clock* time_;
  std::string service_;
  std::vector<std::string> headers_;  // lower case
  std::vector<std::string> included_;
  std::vector<std::string> excluded_;
  std::array<bool, candela::audit::decisions> wanted_{};
  bool evidence_;
};

/// The same with `when_full: wait`. A class of its own: its requests may be suspended, which those of the other are not
/// made ready for.
class waiting_audit : public audit {
 public:
  explicit waiting_audit(stage_setup& setup);

  task<step> on_request(exchange& x);

 private:
  std::chrono::nanoseconds max_wait_;
};

}  // namespace candela::middleware
