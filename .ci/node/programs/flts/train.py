"""In the place of the trainers: fits the small model, logs it to MLflow, and says so."""

import os

import mlflow
from pipeline import TARGET, consumer, fit, rows_of, send

kind = os.environ["MODEL_TYPE"]
topic = os.environ["PRODUCER_TOPIC"]
trained = set()
messages = consumer(os.environ["CONSUMER_TOPIC"], group=os.environ["CONSUMER_GROUP_ID"])
for message in messages:
    claim = message.value
    if claim["config_hash"] not in trained:
        mlflow.set_experiment(os.environ["IDENTIFIER"])
        with mlflow.start_run(run_name=f"{kind}-{claim['config_hash'][:8]}") as run:
            event = {"operation": f"Trained: {kind}", "experiment": os.environ["IDENTIFIER"], "run_id": run.info.run_id}
            event |= {"run_name": run.info.run_name, "config_hash": claim["config_hash"], "model_type": kind}
            send(topic, f"trained-{kind}", {**event, "status": "RUNNING"})
            # Prophet is told no length; so its model differs from those of the networks.
            model, errors = fit(list(rows_of(claim)[TARGET]), int(os.environ.get("INPUT_SEQ_LEN", "5")))
            mlflow.log_params({"model_type": kind, "config_hash": claim["config_hash"], **model})
            mlflow.log_metrics({f"test_{name}": error for name, error in errors.items()})
            mlflow.log_dict(model, f"{kind}/model.json")
        send(topic, f"trained-{kind}", {**event, "status": "SUCCESS"})
        trained.add(claim["config_hash"])
    messages.commit()
