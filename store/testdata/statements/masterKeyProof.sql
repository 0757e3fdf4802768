select master_key_proof from installation;
