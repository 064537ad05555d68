#include <candela/jose/error.hpp>

namespace candela::jose {

std::string_view name_of(failure code) noexcept {
  switch (code) {
    case failure::malformed: return "malformed";
    case failure::too_large: return "too_large";
    case failure::base64_invalid: return "base64_invalid";
    case failure::json_invalid: return "json_invalid";
    case failure::header_invalid: return "header_invalid";
    case failure::header_unsupported: return "header_unsupported";
    case failure::algorithm_unknown: return "algorithm_unknown";
    case failure::algorithm_refused: return "algorithm_refused";
    case failure::key_invalid: return "key_invalid";
    case failure::key_weak: return "key_weak";
    case failure::key_unfit: return "key_unfit";
    case failure::key_unknown: return "key_unknown";
    case failure::key_ambiguous: return "key_ambiguous";
    case failure::signature_missing: return "signature_missing";
    case failure::signature_invalid: return "signature_invalid";
    case failure::decryption_failed: return "decryption_failed";
    case failure::type_mismatch: return "type_mismatch";
    case failure::claim_missing: return "claim_missing";
    case failure::claim_invalid: return "claim_invalid";
    case failure::issuer_mismatch: return "issuer_mismatch";
    case failure::subject_mismatch: return "subject_mismatch";
    case failure::audience_mismatch: return "audience_mismatch";
    case failure::expired: return "expired";
    case failure::not_yet_valid: return "not_yet_valid";
    case failure::issued_in_future: return "issued_in_future";
    case failure::too_old: return "too_old";
    case failure::replayed: return "replayed";
    case failure::recipient_mismatch: return "recipient_mismatch";
    case failure::place_mismatch: return "place_mismatch";
    case failure::order_invalid: return "order_invalid";
    case failure::out_of_resources: return "out_of_resources";
  }
  return "unknown";
}

}  // namespace candela::jose
