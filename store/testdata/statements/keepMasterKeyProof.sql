update installation set master_key_proof = $1 where master_key_proof is not distinct from $2::bytea;
